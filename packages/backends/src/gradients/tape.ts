import * as tf from "@tensorflow/tfjs";

/** An operation as the engine notes it down for going backwards. */
interface TapeNode {
  readonly inputs: Readonly<Record<string, tf.Tensor>>;
  readonly outputs: readonly tf.Tensor[];
}

/** What is used of the engine here; TensorFlow.js keeps it to itself. */
interface Engine {
  readonly state: {
    readonly activeTape: TapeNode[];
    readonly gradientDepth: number;
    readonly activeScope: { readonly name: string } | null;
  };
  addTapeNode(
    name: string,
    inputs: Readonly<Record<string, tf.Tensor | null | undefined>>,
    outputs: object,
    gradient: unknown,
    saved: readonly tf.Tensor[],
    attributes?: object,
  ): void;
  saveTensorsForBackwardMode(tensors: readonly (tf.Tensor | null | undefined)[]): tf.Tensor[];
  customGrad(rule: CustomRule): (...inputs: tf.Tensor[]) => tf.Tensor;
}

type CustomRule = (...inputsAndSave: unknown[]) => { readonly value: tf.Tensor };

const engine = (): Engine => tf.engine() as unknown as Engine;

/**
 * True while the gradient that is being computed will itself be differentiated.
 */
export function differentiatedAgain(): boolean {
  return engine().state.gradientDepth > 0;
}

/** Kernels whose inputs may be absent: a bias, a scale, an offset. */
const OPTIONAL: readonly string[] = ["FusedBatchNorm", "FusedConv2D", "FusedDepthwiseConv2D"];

/**
 * Puts each operation on the tape before the copies that its gradient saves of its outputs. The engine notes the copies down
 * first, so that no path leads from the inputs to them, and a gradient that is written in terms of the output (tanh, softmax,
 * every `tf.customGrad` that saves its value) counts as constant when it is differentiated in turn (tensorflow/tfjs#3252).
 * Inputs that are absent, such as the scale of a batch normalisation, are left out.
 */
export function orderTape(): void {
  const target = engine();
  const [add, save] = [target.addTapeNode.bind(target), target.saveTensorsForBackwardMode.bind(target)];
  // An absent scale is 1; the engine fails to save it.
  target.saveTensorsForBackwardMode = (tensors) => save(tensors.map((tensor) => tensor ?? tf.scalar(1)));
  target.addTapeNode = (name, inputs, outputs, gradient, saved, attributes) => {
    if (OPTIONAL.includes(name)) {
      // The tape has no place for absent inputs, and a gradient does not see inputs that are not saved.
      const given = Object.entries(inputs).filter(([, input]) => input);
      add(name, Object.fromEntries(given), outputs, gradient, saved, { ...attributes, biasShape: inputs.bias?.shape });
    } else add(name, inputs, outputs, gradient, saved, attributes);
    const tape = engine().state.activeTape;
    if (saved.length === 0) return;
    const node = tape.at(-1)!;
    const made = new Set(node.outputs.map(({ id }) => id));
    const copiesOutput = (earlier: TapeNode): boolean => Object.values(earlier.inputs).some(({ id }) => made.has(id));
    const first = Math.max(0, tape.length - 1 - saved.length);
    const place = tape.slice(first, -1).findIndex(copiesOutput);
    if (place === -1) return;
    tape.pop();
    tape.splice(first + place, 0, node);
  };
}

/**
 * Operations that bring a gradient of their own which is not right, with the depth of gradients from which they are
 * differentiated through their parts: softmax cross-entropy saves an inner value of which the tape knows nothing; fused
 * convolutions know neither dilations nor rounding modes.
 */
const OPENED: Readonly<Record<string, number>> = {
  fusedConv2d__op: 1,
  fusedDepthwiseConv2d__op: 1,
  softmaxCrossEntropy__op: 2,
};

/** Differentiates some operations through their parts, so that the kernels' gradients are used. */
export function openOperations(): void {
  const target = engine();
  const custom = target.customGrad.bind(target);
  target.customGrad = (rule) => {
    const closed = custom(rule);
    return (...inputs) => {
      const { gradientDepth, activeScope } = engine().state;
      const from = OPENED[activeScope?.name ?? ""];
      if (from === undefined || gradientDepth < from) return closed(...inputs);
      return rule(...inputs, () => undefined).value;
    };
  };
}
