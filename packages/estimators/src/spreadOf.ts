/** The standard deviation over `members` of each element. */
export function spreadOf(members: readonly Float64Array[]): Float64Array {
  const K = members.length;
  return members[0].map((_, i) => {
    const mean = members.reduce((sum, member) => sum + member[i] / K, 0);
    return Math.sqrt(members.reduce((sum, member) => sum + (member[i] - mean) ** 2 / Math.max(1, K - 1), 0));
  });
}
