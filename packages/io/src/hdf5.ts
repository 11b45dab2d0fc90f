import type { File } from "h5wasm";

const NAME = "inference-data.nc";

/** The bytes of an HDF5 file that `write` fills: in WASM memory, on no disk. */
export async function writeHdf5(write: (file: File) => void): Promise<Uint8Array> {
  const { hdf5, fileSystem } = await loadHdf5();
  try {
    const file = new hdf5.File(NAME, "w", { track_order: true });
    try {
      write(file);
    } finally {
      file.close();
    }
    return fileSystem.readFile(NAME);
  } finally {
    if (fileSystem.analyzePath(NAME).exists) fileSystem.unlink(NAME);
  }
}

/**
 * What `read` finds in the bytes of an HDF5 file.
 * @throws whatever HDF5 reports for bytes that it cannot read, and whatever `read` throws.
 */
export async function readHdf5<T>(bytes: Uint8Array, read: (file: File) => T): Promise<T> {
  const { hdf5, fileSystem } = await loadHdf5();
  fileSystem.writeFile(NAME, bytes);
  try {
    const file = new hdf5.File(NAME, "r");
    try {
      return read(file);
    } finally {
      file.close();
    }
  } finally {
    fileSystem.unlink(NAME);
  }
}

/**
 * Four megabytes of WASM, hence loaded when first needed and not with this package. All that follows the load is
 * synchronous, so that one file name serves every call.
 */
async function loadHdf5() {
  const hdf5 = await import("h5wasm");
  const module = await hdf5.ready;
  // HDF5 otherwise prints its errors to the console and goes on with invalid handles.
  module.activate_throwing_error_handler();
  return { hdf5, fileSystem: module.FS };
}
