import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { expandedData } from "../graph/builder.js";
import {
  type Attribute,
  type ConstantData,
  ELEMENT_CODE,
  type Graph,
  type GraphNode,
  type Value,
} from "../graph/types.js";

/** Version of the operator set: Pad, Resize and ScatterND as ONNX Runtime 1.30 has them, and still read by older ones. */
const OPSET = 21;
const IR_VERSION = 10;
const ATTRIBUTE_TYPE = { float: 1, int: 2, string: 3, ints: 7 } as const;

/** An ONNX file in memory, with the names that its inputs and outputs have. */
export interface OnnxModel {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** In the order of the graph's inputs. */
  readonly inputs: readonly string[];
  /** In the order of the graph's outputs. */
  readonly outputs: readonly string[];
}

/** How a model looks from outside. */
export interface OnnxOptions {
  /** Names of the inputs in their order. Default `v12` and the like. */
  readonly inputs?: readonly string[];
  /** Names of the outputs in their order. Default `out0` and so on. */
  readonly outputs?: readonly string[];
  /** Inputs and outputs whose first axis may have any length. */
  readonly anyBatch?: ReadonlySet<Value>;
  /** Values that inputs have when nothing is fed. */
  readonly defaults?: ReadonlyMap<Value, ConstantData>;
  /** Name of an empty sequence that comes before the other outputs. */
  readonly end?: string | undefined;
}

/**
 * Writes a graph as an ONNX model.
 *
 * Source: field numbers of onnx/onnx.proto, https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */
export function writeOnnx(graph: Graph, options: OnnxOptions = {}): OnnxModel {
  const named = new Map<Value, string>();
  const inputs = graph.inputs.map((value, i) => {
    const name = options.inputs?.[i] ?? `v${value.id}`;
    named.set(value, name);
    return name;
  });
  const nameOf = (value: Value): string => named.get(value) ?? `v${value.id}`;
  const outputs = graph.outputs.map((_, i) => options.outputs?.[i] ?? `out${i}`);
  // A value that is an input, a constant or an output already reaches its output through a copy.
  const copies: { readonly value: Value; readonly name: string }[] = [];
  graph.outputs.forEach(({ value }, i) => {
    if (value.node === undefined || named.has(value)) copies.push({ value, name: outputs[i]! });
    else named.set(value, outputs[i]!);
  });
  const body = new BinaryWriter();
  const constants = new Set<Value>();
  for (const node of graph.nodes) {
    for (const value of node.inputs) if (value?.constant !== undefined) constants.add(value);
    message(body, 1, (w) => writeNode(w, node, nameOf));
  }
  for (const { value, name } of copies) {
    if (value.constant !== undefined) constants.add(value);
    message(body, 1, (w) => {
      w.tag(1, WireType.LengthDelimited).string(nameOf(value));
      w.tag(2, WireType.LengthDelimited).string(name);
      w.tag(4, WireType.LengthDelimited).string("Identity");
    });
  }
  body.tag(2, WireType.LengthDelimited).string("latentkit");
  for (const value of constants) message(body, 5, (w) => writeTensor(w, value, nameOf(value)));
  for (const [value, constant] of options.defaults ?? []) {
    message(body, 5, (w) => writeTensor(w, { ...value, constant }, nameOf(value)));
  }
  const anyBatch = (value: Value) => options.anyBatch?.has(value) === true;
  graph.inputs.forEach((value, i) => {
    message(body, 11, (w) => writeValueInfo(w, value, inputs[i]!, anyBatch(value)));
  });
  if (options.end !== undefined) writeEmptySequence(body, options.end);
  graph.outputs.forEach(({ value }, i) => {
    message(body, 12, (w) => writeValueInfo(w, value, outputs[i]!, anyBatch(value)));
  });
  const model = new BinaryWriter();
  model.tag(1, WireType.Varint).int64(IR_VERSION);
  model.tag(2, WireType.LengthDelimited).string("@latentkit/compile");
  model.tag(7, WireType.LengthDelimited).bytes(body.finish());
  message(model, 8, (w) => w.tag(2, WireType.Varint).int64(OPSET));
  return { bytes: model.finish(), inputs, outputs };
}

function message(writer: BinaryWriter, field: number, body: (writer: BinaryWriter) => void): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  body(writer);
  writer.join();
}

function writeNode(w: BinaryWriter, node: GraphNode, nameOf: (value: Value) => string): void {
  for (const value of node.inputs) w.tag(1, WireType.LengthDelimited).string(value === undefined ? "" : nameOf(value));
  for (const value of node.outputs) w.tag(2, WireType.LengthDelimited).string(nameOf(value));
  w.tag(3, WireType.LengthDelimited).string(`${node.origin}/${node.outputs[0]!.id}`);
  w.tag(4, WireType.LengthDelimited).string(node.op);
  for (const [name, value] of Object.entries(node.attributes)) message(w, 5, (a) => writeAttribute(a, name, value));
}

function writeAttribute(w: BinaryWriter, name: string, value: Attribute): void {
  w.tag(1, WireType.LengthDelimited).string(name);
  if (typeof value === "number") {
    w.tag(3, WireType.Varint).int64(value);
    w.tag(20, WireType.Varint).int32(ATTRIBUTE_TYPE.int);
  } else if (typeof value === "string") {
    w.tag(4, WireType.LengthDelimited).string(value);
    w.tag(20, WireType.Varint).int32(ATTRIBUTE_TYPE.string);
  } else if ("float" in value) {
    w.tag(2, WireType.Bit32).float(value.float);
    w.tag(20, WireType.Varint).int32(ATTRIBUTE_TYPE.float);
  } else {
    for (const item of value) w.tag(8, WireType.Varint).int64(item);
    w.tag(20, WireType.Varint).int32(ATTRIBUTE_TYPE.ints);
  }
}

function writeTensor(w: BinaryWriter, value: Value, name: string): void {
  const data = expandedData(value);
  for (const size of value.shape) w.tag(1, WireType.Varint).int64(size);
  w.tag(2, WireType.Varint).int32(ELEMENT_CODE[value.type]);
  w.tag(8, WireType.LengthDelimited).string(name);
  w.tag(9, WireType.LengthDelimited).bytes(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

/** An operation that gives an empty sequence of numbers, and the output of that name. */
function writeEmptySequence(w: BinaryWriter, name: string): void {
  message(w, 1, (node) => {
    node.tag(2, WireType.LengthDelimited).string(name);
    node.tag(4, WireType.LengthDelimited).string("SequenceEmpty");
  });
  message(w, 12, (info) => {
    info.tag(1, WireType.LengthDelimited).string(name);
    message(info, 2, (type) =>
      message(type, 4, (sequence) =>
        message(sequence, 1, (element) =>
          message(element, 1, (tensor) => tensor.tag(1, WireType.Varint).int32(ELEMENT_CODE.float32)),
        ),
      ),
    );
  });
}

function writeValueInfo(w: BinaryWriter, value: Value, name: string, anyBatch: boolean): void {
  w.tag(1, WireType.LengthDelimited).string(name);
  message(w, 2, (type) =>
    message(type, 1, (tensor) => {
      tensor.tag(1, WireType.Varint).int32(ELEMENT_CODE[value.type]);
      message(tensor, 2, (shape) => {
        value.shape.forEach((size, i) => {
          message(shape, 1, (dim) =>
            anyBatch && i === 0
              ? dim.tag(2, WireType.LengthDelimited).string("batch")
              : dim.tag(1, WireType.Varint).int64(size),
          );
        });
      });
    }),
  );
}
