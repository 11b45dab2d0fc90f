export { readSbibmObservation, readSbibmReference, readSbibmText, readSbibmTrueParameters } from "./sbibmFiles.ts";
