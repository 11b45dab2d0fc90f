/**
 * Vector fields: what the issue measures of them, beside sbi.
 * `npm run bench:vector-field -- --what trials|likelihood|samplers|networks|peer [--first 1] [--seeds 10] [--simulations 12000] [--draws 10000]
 * [--compose gauss|jacobian] [--network mlp|attention] [--python /tmp/peer/v/bin/python]`
 */
import { parseArgs } from "node:util";
import { networkNamed } from "./networkNamed.ts";
import { benchLikelihood } from "./vectorField/likelihood.ts";
import { benchNetworks } from "./vectorField/networks.ts";
import { benchPeer } from "./vectorField/peer.ts";
import { benchSamplers } from "./vectorField/samplers.ts";
import { benchTrials } from "./vectorField/trials.ts";

const { values: options } = parseArgs({
  options: {
    what: { type: "string", default: "trials" },
    first: { type: "string", default: "1" },
    seeds: { type: "string", default: "10" },
    trials: { type: "string", default: "5" },
    simulations: { type: "string", default: "12000" },
    draws: { type: "string", default: "10000" },
    compose: { type: "string", default: "gauss" },
    network: { type: "string", default: "mlp" },
    python: { type: "string", default: "/tmp/peer/v/bin/python" },
  },
});

switch (options.what) {
  case "trials":
    await benchTrials({
      numTrials: Number(options.trials),
      numSimulations: Number(options.simulations),
      numDraws: Number(options.draws),
      firstSeed: Number(options.first),
      numSeeds: Number(options.seeds),
      compose: options.compose === "jacobian" ? "jacobian" : "gauss",
    });
    break;
  case "likelihood":
    await benchLikelihood(Number(options.seeds), Number(options.simulations));
    break;
  case "peer":
    await benchPeer(options.python, 10_000, Number(options.draws));
    break;
  case "networks":
    await benchNetworks(Number(options.simulations), networkNamed(options.network), Number(options.first));
    break;
  case "samplers":
    await benchSamplers("two_moons", Number(options.draws));
    break;
  default:
    throw new Error(`there is no part ${options.what}`);
}
