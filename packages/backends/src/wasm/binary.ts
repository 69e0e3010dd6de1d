import bytes from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm";

/**
 * The shipped backend's WebAssembly, put into the built package: no bundler copies a file out of a dependency, and a development server
 * looks for it beside modules that it moved. Loaded in browsers alone, and there when nobody says where the file is served.
 */
export const shippedBinary: Uint8Array<ArrayBuffer> = bytes;
