/** The functions of assembly/index.ts; every pointer is a byte address, every length counts float32 elements, every stride bytes. */
export type WasmExports = {
  readonly heapBase: () => number;
  readonly transpose: (matrix: number, result: number, rows: number, columns: number) => void;
  readonly exponential: WasmMap;
  readonly tanh: WasmMap;
  readonly tanhGradient: WasmMapGradient;
  readonly relu: WasmMap;
  readonly reluGradient: WasmMapGradient;
  readonly gelu: WasmMap;
  readonly geluGradient: WasmMapGradient;
  readonly silu: WasmMap;
  readonly siluGradient: WasmMapGradient;
  readonly adam: (
    weights: number,
    gradient: number,
    firstMoment: number,
    secondMoment: number,
    length: number,
    correctedStepSize: number,
    beta1: number,
    oneMinusBeta1: number,
    beta2: number,
    oneMinusBeta2: number,
    correction2: number,
    epsilon: number,
    decay: number,
    gradientScale: number,
  ) => void;
  readonly sumOfSquares: (values: number, length: number) => number;
  readonly scale: (values: number, factor: number, length: number) => void;
  readonly multiply: (a: number, b: number, result: number, length: number) => void;
  readonly addScaled: (x: number, factor: number, y: number, length: number) => void;
  readonly moveAverage: (average: number, values: number, share: number, length: number) => void;
  readonly logarithm: WasmMap;
  /** Unsigned, which JavaScript sees as signed. */
  readonly largestIndex: (index: number, count: number) => number;
  readonly denseForward: WasmCall;
  readonly denseBackwardInput: WasmCall;
  readonly denseWeightGradient: WasmCall;
  readonly activateRows: WasmCall;
  readonly activateRowsGradient: WasmCall;
  readonly addRows: WasmCall;
  readonly addScaledRows: WasmCall;
  readonly copyRows: WasmCall;
  readonly softmaxRows: WasmCall;
  readonly softmaxGradient: WasmCall;
  readonly logSoftmaxRows: WasmCall;
  readonly logSoftmaxGradient: WasmCall;
  readonly logSumExpRows: WasmCall;
  readonly logSumExpGradient: WasmCall;
  readonly scaleRows: WasmCall;
  readonly weightedSums: WasmCall;
  readonly standardNormalRows: WasmCall;
  readonly affineForward: WasmCall;
  readonly affineBackward: WasmCall;
  readonly splineForward: WasmCall;
  readonly splineBackward: WasmCall;
  readonly splineInverse: WasmCall;
  readonly mixtureRows: WasmCall;
  readonly mixtureRuns: WasmCall;
  readonly mixtureRunsGradient: WasmCall;
  readonly triangularForward: WasmCall;
  readonly triangularBackward: WasmCall;
};
export type WasmMap = (x: number, y: number, length: number) => void;
export type WasmMapGradient = (z: number, y: number, dy: number, dz: number, length: number) => void;
/** Arguments in the order of the function in assembly/: pointers and strides by turns, then shapes, then flags (0 or 1). */
export type WasmCall = (...args: readonly number[]) => void;
