/** The weight file; one folder below the package's root in the sources and in the build alike. */
export const digitClassifierUrl: URL = new URL("../assets/digit-classifier.safetensors", import.meta.url);

/** SHA-256 of the published file. */
export const DIGIT_CLASSIFIER_SHA256 = "31bf246738cf6f3b0ed5b2c8a3cf597bb957861da886691119dd120c19c6d486";
