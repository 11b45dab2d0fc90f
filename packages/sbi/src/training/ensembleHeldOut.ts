import { logSumExp } from "@poolish/math";
import type { FinishedMember } from "./checkpoint.ts";

/** The log of the members' mean density of each held-out simulation. */
export function ensembleHeldOut(members: readonly FinishedMember[]): Float64Array {
  const { heldOut } = members[0];
  return heldOut.map(
    (_, i) => logSumExp(Float64Array.from(members, (member) => member.heldOut[i])) - Math.log(members.length),
  );
}
