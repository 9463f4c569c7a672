// What a user writes compiles.
import init, {
  decode,
  loadCamera,
  loadMore,
  readCodes,
  summarise,
  TegataError,
  Verifier,
  verifyCard,
  type Code,
  type Verification,
} from "@tegata/verifier";
import { outcomes, stages } from "@tegata/verifier/outcomes";

export async function show(trust: Uint8Array, text: string): Promise<string> {
  await init();
  await init(new URL("https://example.invalid/core.wasm"));
  await Promise.all([loadMore(), loadCamera(fetch("camera.wasm"))]);
  const verifier = new Verifier({ trust: [trust], strict: true, skewSeconds: 60 });
  const other = await Verifier.create({ authorities: [trust], signers: [trust] });
  other.free();
  await other.verifyAsync(text, { now: new Date() }).then(({ status }) => status);
  const result: Verification = verifier.verify(text, { now: new Date() });
  switch (result.status) {
    case "accepted":
      return `${JSON.stringify(result.payload)} ${result.signer.key_id} ${result.claims.expires_at}`;
    case "rejected":
    case "undetermined":
      return `${outcomes[result.code].message.ja} ${stages[result.stage].en} ${JSON.stringify(result.unaccepted_payload)}`;
    case "error":
      return result.message;
  }
}

export async function more(frame: ImageData, card: Map<string, Uint8Array>): Promise<void> {
  const [text = ""] = await readCodes(frame, { quick: true, browserReader: false });
  const verifier = new Verifier({});
  const [first] = await verifier.verifyImage(frame, { now: "2026-01-31T09:00:00Z" });
  if (first !== undefined) (await summarise(first, "ja")).map(({ label, value }) => `${label}${value}`);
  const decoded = decode(text);
  if (!("status" in decoded)) console.log(decoded.layers.cose_bytes, decoded.unauthenticated_payload);
  const holder = await verifyCard(card, { application: "surface" });
  if (holder.status === "accepted") console.log(holder.identity["birth_date"]);
  const code: Code = "expired";
  console.log(code, verifier.trust.bundles[0]?.relied_on_until);
  try {
    new Verifier({ trust: [new Uint8Array()] });
  } catch (error) {
    if (error instanceof TegataError && error.code === "more-needed") await loadMore();
  }
}
