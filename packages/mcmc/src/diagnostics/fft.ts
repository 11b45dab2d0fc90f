/** An in-place complex Fourier transform of one size: overwrites (real, imaginary) with Σ_j z_j exp(-2πi jk / size). */
export type Fft = (real: Float64Array, imaginary: Float64Array) => void;

/**
 * Plans a radix-2 transform (Cooley & Tukey 1965, decimation in time). Each twiddle factor comes from its own sine and
 * cosine, so the error grows with log(size) only.
 * @throws Error unless `size` is a power of two.
 */
export function createFft(size: number): Fft {
  if (size < 1 || (size & (size - 1)) !== 0) throw new Error(`FFT size must be a power of two, got ${size}`);
  // Those of the stage that joins halves of length h are h … 2h - 1: each stage reads its own in one piece.
  const cosine = new Float64Array(size);
  const sine = new Float64Array(size);
  for (let k = size / 2; k < size; k++) {
    const angle = (2 * Math.PI * (k - size / 2)) / size;
    cosine[k] = Math.cos(angle);
    sine[k] = -Math.sin(angle);
  }
  for (let k = (size >> 1) - 1; k > 0; k--) {
    const half = 2 ** (31 - Math.clz32(k));
    cosine[k] = cosine[2 * half + 2 * (k - half)];
    sine[k] = sine[2 * half + 2 * (k - half)];
  }
  return (real, imaginary) => {
    reverseBits(real, imaginary);
    for (let half = 1; half < size; half *= 2) butterflies(real, imaginary, cosine, sine, half);
  };
}

/** Joins neighbouring transforms of length `half` into ones of twice that length. */
function butterflies(
  real: Float64Array,
  imaginary: Float64Array,
  cosine: Float64Array,
  sine: Float64Array,
  half: number,
): void {
  const size = real.length;
  for (let start = 0; start < size; start += 2 * half) {
    for (let j = 0; j < half; j++) {
      const even = start + j;
      const odd = even + half;
      const c = cosine[half + j];
      const s = sine[half + j];
      const oddReal = real[odd] * c - imaginary[odd] * s;
      const oddImaginary = real[odd] * s + imaginary[odd] * c;
      real[odd] = real[even] - oddReal;
      imaginary[odd] = imaginary[even] - oddImaginary;
      real[even] += oddReal;
      imaginary[even] += oddImaginary;
    }
  }
}

function reverseBits(real: Float64Array, imaginary: Float64Array): void {
  const size = real.length;
  for (let i = 1, j = 0; i < size; i++) {
    let bit = size >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i >= j) continue;
    const realPart = real[i];
    const imaginaryPart = imaginary[i];
    real[i] = real[j];
    imaginary[i] = imaginary[j];
    real[j] = realPart;
    imaginary[j] = imaginaryPart;
  }
}
