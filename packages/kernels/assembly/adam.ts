/**
 * One step of Adam (Kingma & Ba 2015, algorithm 1) with decoupled weight decay (Loshchilov & Hutter 2019, algorithm 2):
 * updates weights and both moments. `stepSize` comes corrected, α/(1 − β₁ᵗ), `correction2` is
 * 1/(1 − β₂ᵗ), `decay` is α·weightDecay; the gradient counts `gradientScale` times.
 */
export function adam(
  weights: usize, gradient: usize, firstMoment: usize, secondMoment: usize, length: i32,
  stepSize: f32, beta1: f32, oneMinusBeta1: f32, beta2: f32, oneMinusBeta2: f32,
  correction2: f32, epsilon: f32, decay: f32, gradientScale: f32,
): void {
  const b1 = f32x4.splat(beta1), c1 = f32x4.splat(oneMinusBeta1), b2 = f32x4.splat(beta2), c2 = f32x4.splat(oneMinusBeta2);
  const step = f32x4.splat(stepSize), k2 = f32x4.splat(correction2);
  const eps = f32x4.splat(epsilon), decayed = f32x4.splat(decay), clip = f32x4.splat(gradientScale);
  const bytes = <usize>length << 2;
  for (let i: usize = 0; i < bytes; i += 16) {
    const g = f32x4.mul(clip, v128.load(gradient + i));
    const m = f32x4.add(f32x4.mul(b1, v128.load(firstMoment + i)), f32x4.mul(c1, g));
    const v = f32x4.add(f32x4.mul(b2, v128.load(secondMoment + i)), f32x4.mul(c2, f32x4.mul(g, g)));
    v128.store(firstMoment + i, m);
    v128.store(secondMoment + i, v);
    const change = f32x4.div(f32x4.mul(step, m), f32x4.add(f32x4.sqrt(f32x4.mul(v, k2)), eps));
    const weight = v128.load(weights + i);
    v128.store(weights + i, f32x4.sub(weight, f32x4.add(f32x4.mul(decayed, weight), change)));
  }
}
