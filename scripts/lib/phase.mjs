/** Writes milliseconds the way people read them. */
export function seconds(milliseconds) {
  const value = milliseconds / 1000;
  return value < 90 ? `${value.toFixed(1)} s` : `${Math.floor(value / 60)} min ${Math.round(value % 60)} s`;
}

/** Runs one phase of a script and prints its name and how long it took. */
export async function phase(name, body) {
  console.log(`\n▶ ${name}`);
  const start = performance.now();
  const note = await body();
  console.log(`✔ ${name}: ${seconds(performance.now() - start)}${note ? ` (${note})` : ""}`);
}

/** Runs a script's main function; a failure is one message and exit code 1. */
export async function main(body) {
  try {
    await body();
  } catch (error) {
    if (error.output) console.error(error.output);
    console.error(`\n✘ ${error.message}`);
    process.exitCode = 1;
  }
}
