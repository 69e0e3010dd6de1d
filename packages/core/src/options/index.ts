export { either, group, listOf, numbers } from "./combined.js";
export { type Condition, type Conditions, conditionFields, conditions } from "./conditions.js";
export { defineValue, type ValueFactory, type ValueFactoryOf, type Written } from "./define-value.js";
export { model } from "./model.js";
export { layer, network, networks } from "./networks.js";
export { integer, type NumberOptions, number, type SizesOptions, sizes } from "./numbers.js";
export {
  type Absent,
  type Defaulted,
  type Defaults,
  type NamesOf,
  type Needed,
  type Option,
  type OptionsOf,
  optional,
  type Presence,
  type ReadContext,
  type Resolved,
  type Specification,
  type SpecificationOf,
  type ValueOf,
  withDefault,
} from "./option.js";
export { resolveOptions } from "./resolve.js";
export { schedule } from "./schedule.js";
export { abortSignal, functionOf, instance, type ValueOptions, value } from "./values.js";
export { choice, flag, type TextOptions, text } from "./words.js";
