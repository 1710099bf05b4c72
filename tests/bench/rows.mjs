// Samples to figures: medians, spread, ratios round by round, and how far a goal is. It prints, and keeps nothing.

import { goals } from "./goals.mjs";

export const median = (list) => {
  const sorted = [...list].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

/** Three digits that count. */
export const figure = (value) => {
  if (value === undefined || !Number.isFinite(value)) return "–";
  if (value === 0) return "0";
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value) || 1)));
  return value.toFixed(Math.min(digits, 4)).replace(/\B(?=(\d{3})+(?!\d)(?<!\.\d*))/g, ",");
};

/** The ratio in each round, and its middle and ends; a peer that was measured once is compared with our median. */
function ratio(over, under) {
  const same = over.length === under.length;
  const list = same ? over.map((sample, at) => sample / under[at]) : over.map((sample) => sample / median(under));
  return { median: median(list), least: Math.min(...list), most: Math.max(...list) };
}

/**
 * A row against one goal: `times` (ours is that much less than the peer's), `within` (ours is at most that part of the
 * peer's), `most` (ours is at most that).
 */
export function judged(goal, samples) {
  const ours = samples[goal.ours ?? "outcrop"];
  if (goal.most !== undefined) {
    const value = median(ours);
    return { goal: `≤ ${figure(goal.most)}`, reached: value <= goal.most, told: figure(value), far: value / goal.most };
  }
  const peer = samples[goal.peer];
  const sort = goal.times !== undefined;
  const { median: middle, least, most } = sort ? ratio(peer, ours) : ratio(ours, peer);
  const reached = sort ? middle >= goal.times : middle <= goal.within;
  const far = sort ? middle / goal.times : middle / goal.within;
  const spread = least === most ? "" : ` (${figure(least)}–${figure(most)})`;
  return {
    goal: sort ? `≥ ${goal.times} × ${goal.peer}` : `≤ ${goal.within} × ${goal.peer}`,
    reached,
    told: `${figure(middle)}${spread}`,
    far,
  };
}

const spread = (list) => (list.length > 1 ? ` (${figure(Math.min(...list))}–${figure(Math.max(...list))})` : "");

/** One line for who waits. */
export function line(part, name, { unit, samples }) {
  const told = Object.entries(samples).map(([who, list]) => `${who} ${figure(median(list))}${spread(list)}`);
  const judgements = goals(part, name).map((goal) => {
    const { goal: wanted, reached, told } = judged(goal, samples);
    return `${wanted}: ${told} ${reached ? "reached" : "not reached"}`;
  });
  return `  ${name}, ${unit}: ${told.join(" | ")}${judgements.length ? `\n      ${judgements.join("; ")}` : ""}`;
}
