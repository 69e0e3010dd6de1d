import { CheckpointError } from "../errors.js";
import type { Json } from "../types/json.js";
import type { Schedule } from "./schedule.js";
import { cosineSchedule, cyclicalSchedule, exponentialSchedule, linearSchedule } from "./schedules.js";
import { stepSchedule } from "./step-schedule.js";

const FACTORIES: Readonly<Record<string, (options: never) => Schedule>> = {
  cosineSchedule,
  cyclicalSchedule,
  exponentialSchedule,
  linearSchedule,
  stepSchedule,
};

/**
 * The schedule that a file describes.
 *
 * @throws CheckpointError when it describes none.
 */
export function scheduleFromJSON(json: Json, source: string): Schedule {
  const { name, ...options } = (typeof json === "object" && json !== null ? json : {}) as Record<string, Json>;
  if (typeof name === "string" && Object.hasOwn(FACTORIES, name)) {
    try {
      return FACTORIES[name]!(options as never);
    } catch (cause) {
      throw new CheckpointError(`${source}: ${(cause as Error).message}`, { cause });
    }
  }
  throw new CheckpointError(`${source}: expected a number or a schedule, received ${JSON.stringify(json)}.`);
}

/**
 * A number, or a schedule as the command line writes it: `linear(from=0,to=1,steps=1000)`. Nothing for other words.
 */
export function scheduleFromText(text: string): number | Schedule | undefined {
  const call = /^(\w+)\((.*)\)$/.exec(text.trim());
  if (call === null) return Number(text);
  const [, word, list] = call as unknown as [string, string, string];
  const name = word.endsWith("Schedule") ? word : `${word}Schedule`;
  if (!Object.hasOwn(FACTORIES, name)) return undefined;
  const pairs = list.split(",").map((part) => part.split(/[=:]/).map((side) => side.trim()));
  const options = Object.fromEntries(pairs.map(([key, value]) => [key, Number(value)]));
  return FACTORIES[name]!(options as never);
}
