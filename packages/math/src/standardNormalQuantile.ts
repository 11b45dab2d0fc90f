/**
 * The z with Φ(z) = p. Relative error below 1e-15 for p from 1e-300 to 1/2 and, with respect to the double 1 - p,
 * above 1/2. 0 gives -Infinity, 1 gives Infinity; outside [0, 1] and NaN give NaN.
 */
export function standardNormalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return NaN;
  if (p === 0) return -Infinity;
  if (p === 1) return Infinity;
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q; // 0.425²
    return (q * bodyNumerator(r)) / bodyDenominator(r);
  }
  const r = Math.sqrt(-Math.log(q < 0 ? p : 1 - p));
  const z =
    r <= 5 ? shoulderNumerator(r - 1.6) / shoulderDenominator(r - 1.6) : tailNumerator(r - 5) / tailDenominator(r - 5);
  return q < 0 ? -z : z;
}

/*
 * Rational approximations of Wichura (1988), "Algorithm AS 241: the percentage points of the normal distribution",
 * routine PPND16: coefficients from the paper, rounded to doubles, highest power first. As arguments, not as tables, from
 * which a quantile takes nearly twice as long, and each momentum of a sampler is one.
 */

function bodyNumerator(x: number): number {
  return degreeSeven(
    x,
    2509.0809287301227,
    33430.57558358813,
    67265.7709270087,
    45921.95393154987,
    13731.69376550946,
    1971.5909503065513,
    133.14166789178438,
    3.3871328727963665,
  );
}

function bodyDenominator(x: number): number {
  return degreeSeven(
    x,
    5226.495278852854,
    28729.085735721943,
    39307.89580009271,
    21213.794301586597,
    5394.196021424751,
    687.1870074920579,
    42.31333070160091,
    1,
  );
}

function shoulderNumerator(x: number): number {
  return degreeSeven(
    x,
    0.0007745450142783414,
    0.022723844989269184,
    0.2417807251774506,
    1.2704582524523684,
    3.6478483247632045,
    5.769497221460691,
    4.630337846156546,
    1.4234371107496835,
  );
}

function shoulderDenominator(x: number): number {
  return degreeSeven(
    x,
    1.0507500716444169e-9,
    0.0005475938084995345,
    0.015198666563616457,
    0.14810397642748008,
    0.6897673349851,
    1.6763848301838038,
    2.053191626637759,
    1,
  );
}

function tailNumerator(x: number): number {
  return degreeSeven(
    x,
    2.0103343992922881e-7,
    2.7115555687434876e-5,
    0.0012426609473880784,
    0.026532189526576124,
    0.29656057182850487,
    1.7848265399172913,
    5.463784911164114,
    6.657904643501103,
  );
}

function tailDenominator(x: number): number {
  return degreeSeven(
    x,
    2.0442631033899397e-15,
    1.421511758316446e-7,
    1.8463183175100548e-5,
    0.0007868691311456133,
    0.014875361290850615,
    0.1369298809227358,
    0.599832206555888,
    1,
  );
}

/** Horner's rule, written out: a loop takes three times as long. */
function degreeSeven(
  x: number,
  c7: number,
  c6: number,
  c5: number,
  c4: number,
  c3: number,
  c2: number,
  c1: number,
  c0: number,
): number {
  return ((((((c7 * x + c6) * x + c5) * x + c4) * x + c3) * x + c2) * x + c1) * x + c0;
}
