export { scheduleFromJSON, scheduleFromText } from "./read-schedule.js";
export { type Schedule, scheduleToJSON, valueAt } from "./schedule.js";
export {
  cosineSchedule,
  cyclicalSchedule,
  exponentialSchedule,
  linearSchedule,
  type NumberSpec,
  type ScheduleFactory,
} from "./schedules.js";
export { stepSchedule } from "./step-schedule.js";
