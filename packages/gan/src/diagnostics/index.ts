export type { GanLimits } from "./detectors.js";
export type { DiagnosedModel } from "./diagnosed-model.js";
export { dualityGap } from "./duality-gap.js";
export {
  type GanDiagnostics,
  type GanDiagnosticsOptions,
  ganDiagnostics,
} from "./gan-diagnostics.js";
export type { GanFinding, GanMeasurement } from "./measurement.js";
