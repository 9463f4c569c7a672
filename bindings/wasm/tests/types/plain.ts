// A project that knows neither browsers nor Node: the types need nothing but the language.
import { init, Verifier, type ImageInput, type ModuleSource } from "@tegata/verifier";

export async function judge(core: ArrayBuffer, image: Uint8Array): Promise<string | null> {
  await init(core);
  const verifier = new Verifier({});
  const [result] = await verifier.verifyImage(image, { now: "2026-01-31T09:00:00Z" });
  verifier.free();
  return result?.code ?? null;
}

// What the platform does not have is not everything.
// @ts-expect-error a number is no image
export const image: ImageInput = 5;
// @ts-expect-error nor a module
export const source: ModuleSource = 5;
