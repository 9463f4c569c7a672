// What must not compile: each line below an expectation of an error.
import { decode, Verifier, verifyCard, type Code } from "@tegata/verifier";

export async function careless(verifier: Verifier, text: string): Promise<void> {
  const result = verifier.verify(text, { now: new Date() });
  // @ts-expect-error nobody has looked at the verdict
  result.payload;
  if (result.status !== "accepted") {
    // @ts-expect-error it is not accepted
    result.payload;
  }
  if (result.status === "rejected") {
    // @ts-expect-error it is rejected
    result.payload;
  }
  if (result.status === "undetermined") {
    // @ts-expect-error undetermined is not accepted
    result.payload;
  }
  // @ts-expect-error there is no such verdict
  if (result.status === "valid") return;
  if (result.status === "accepted") {
    // @ts-expect-error a verdict is not for changing
    result.status = "rejected";
  }
  // @ts-expect-error time is an argument
  verifier.verify(text);
  // @ts-expect-error and not a number
  verifier.verify(text, { now: 5 });
  // @ts-expect-error nobody has waited for the verdict
  verifier.verifyAsync(text, { now: new Date() }).status;
  // @ts-expect-error nobody has looked at it
  (await verifier.verifyAsync(text, { now: new Date() })).payload;
  // @ts-expect-error a text is no image
  await verifier.verifyImage(text, { now: new Date() });
  // @ts-expect-error files are bytes
  new Verifier({ trust: ["text"] });
  // @ts-expect-error there is no such option
  new Verifier({ trusted: [] });
  const card = await verifyCard({});
  // @ts-expect-error nobody has looked at the verdict
  card.identity;
  // @ts-expect-error what was decoded was not verified
  decode(text).payload;
  // @ts-expect-error there is no such code
  const code: Code = "expird";
  void code;
}
