// WebPPL requires each header by path and calls it with its environment; ours is part of the one bundle.
module.exports = require("./dist/index.cjs").header;
