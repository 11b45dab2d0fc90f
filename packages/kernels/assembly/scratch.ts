/** Room for 4096 vectors of lanes, for kernels of rows; nothing stays in it from one call to the next. */
export const lanesScratch: usize = memory.data(65536, 16);
