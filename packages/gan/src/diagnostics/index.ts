export type { GanLimits } from "./detectors.js";
export { dualityGap } from "./duality-gap.js";
export {
  type DiagnosedModel,
  type GanDiagnostics,
  type GanDiagnosticsOptions,
  ganDiagnostics,
} from "./gan-diagnostics.js";
export type { GanFinding, GanMeasurement } from "./measurement.js";
