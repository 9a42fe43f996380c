// The npm clients against a running service: BASE=http://localhost:3000 node check.js

import assert from "node:assert/strict";
import { InferenceClient } from "@huggingface/inference";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import * as deepl from "deepl-node";
import libretranslate from "libretranslate";

const BASE = process.env.BASE ?? "http://localhost:3000";
const MILK = "I like milk.";
const FRENCH = "J'aime le lait.";

const checks = {
  async libretranslate() {
    const answer = await libretranslate.translate({ query: MILK, source: "en", target: "fr", apiurl: BASE });
    assert.equal(answer, FRENCH);
  },
  async "deepl-node"() {
    const translator = new deepl.Translator("any key", { serverUrl: BASE });
    const found = await translator.translateText([MILK, "<b>Hello.</b>"], "en", "fr", { tagHandling: "html" });
    assert.deepEqual(
      found.map(({ text }) => text),
      [FRENCH, "<b>Bonjour.</b>"],
    );
    assert.equal((await translator.getUsage()).anyLimitReached(), false);
  },
  async "@huggingface/inference"() {
    const label = (model) => new InferenceClient().textClassification({ endpointUrl: model, inputs: "I love it." });
    assert.equal((await label(`${BASE}/models/sentiment/reviews`))[0].label, "positive");
    const asked = { endpointUrl: `${BASE}/models/translation/en-fr`, inputs: MILK };
    assert.equal((await new InferenceClient().translation(asked)).translation_text, FRENCH);
  },
  async "@modelcontextprotocol/sdk"() {
    const client = new Client({ name: "check", version: "1.0.0" });
    await client.connect(new StreamableHTTPClientTransport(new URL(`${BASE}/mcp`)));
    const names = (await client.listTools()).tools.map(({ name }) => name);
    assert.ok(["forecast", "sentiment", "translate"].every((name) => names.includes(name)));
    const found = await client.callTool({ name: "translate", arguments: { texts: [MILK], target: "fr" } });
    assert.equal(found.structuredContent.translations[0].text, FRENCH);
    const wrong = await client.callTool({ name: "forecast", arguments: { values: [1] } });
    assert.ok(wrong.isError && wrong.content[0].text.includes("at least"));
    await client.close();
  },
};

let failed = 0;
for (const [name, check] of Object.entries(checks)) {
  try {
    await check();
    console.log(`${name} works`);
  } catch (error) {
    failed += 1;
    console.log(`${name} fails: ${error.stack}`);
  }
}
process.exit(failed);
