import * as tf from "@tensorflow/tfjs";

/**
 * Runs `body` with other data behind variables. Their own data stay where they are, untouched and unread, and are behind them
 * again afterwards, under the same handles.
 *
 * @param backend - Where the other data are.
 * @param dataIds - A fresh data handle for each variable, freed afterwards.
 */
export function withOtherData<T>(
  backend: tf.KernelBackend,
  variables: readonly tf.Variable[],
  dataIds: readonly object[],
  body: () => T,
): T {
  const engine = tf.engine();
  const { state } = engine;
  const own = variables.map(({ dataId }) => dataId);
  variables.forEach((variable, i) => {
    state.numTensors--;
    state.numBytes -= bytesOf(variable);
    variable.dataId = dataIds[i]!;
    engine.trackTensor(variable, backend);
  });
  try {
    return body();
  } finally {
    // Backwards, for lists that name a variable twice.
    for (const [i, variable] of [...variables.entries()].reverse()) {
      engine.disposeTensor(variable);
      variable.dataId = own[i]!;
      state.numTensors++;
      state.numBytes += bytesOf(variable);
    }
  }
}

function bytesOf({ size, dtype }: tf.Variable): number {
  return size * tf.util.bytesPerElement(dtype);
}
