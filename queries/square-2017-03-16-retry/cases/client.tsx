import retry from "async-retry";
import pRetry from "p-retry";

export async function load(url: string) {
  // bug: retry-without-limit
  const one = await retry(() => fetch(url), { forever: true, minTimeout: 10 });
  // bug: retry-without-limit
  const two = await pRetry(() => fetch(url), { retries: Infinity });
  // ok: retry-without-limit
  const three = await pRetry(() => fetch(url), { retries: 4 });
  // ok: retry-without-limit
  const four = await loop(() => fetch(url), { forever: true });
  return [one, two, three, four];
}
