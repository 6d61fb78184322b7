// Decides each statement of standard input for three strangers, and writes the letters of those that it lets in:
// r a role of another account, n somebody without an account, s a service that acts for another account.
import { readFileSync } from "node:fs";
import { anonymousPrincipal, runSimulation } from "@cloud-copilot/iam-simulate";

const foreign = "999900001111";
const common = {
  "aws:SecureTransport": "true",
  "aws:CurrentTime": "2026-11-30T12:00:00Z",
  "aws:SourceIp": "203.0.113.9",
  "aws:SourceVpce": "vpce-1",
};
const strangers = {
  r: {
    principal: `arn:aws:sts::${foreign}:assumed-role/reader/me`,
    context: {
      ...common,
      "aws:PrincipalAccount": foreign,
      "aws:PrincipalArn": `arn:aws:iam::${foreign}:role/reader`,
      "aws:PrincipalOrgID": "o-theirs1234",
      "aws:PrincipalOrgPaths": ["o-theirs1234/r-1/ou-1/"],
      "aws:PrincipalTag/team": "vision",
    },
  },
  n: { principal: anonymousPrincipal, context: common },
  s: {
    principal: "cloudtrail.amazonaws.com",
    context: {
      "aws:SecureTransport": "true",
      "aws:CurrentTime": "2026-11-30T12:00:00Z",
      "aws:SourceAccount": foreign,
      "aws:SourceArn": `arn:aws:cloudtrail:us-east-1:${foreign}:trail/theirs`,
    },
  },
};
const everything = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };

async function letsIn(letter, statement) {
  const { principal, context } = strangers[letter];
  const response = await runSimulation(
    {
      request: {
        principal,
        action: "s3:GetObject",
        resource: { resource: "arn:aws:s3:::ours/file", accountId: "111122223333" },
        contextVariables: context,
      },
      identityPolicies: letter === "r" ? [{ name: "all", policy: everything }] : [],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy: { Version: "2012-10-17", Statement: [statement] },
    },
    {},
  );
  if (response.errors ?? response.resultType === "error") throw new Error(JSON.stringify(response));
  const overall = response.overallResult ?? response.analysis?.result ?? response.result;
  if (overall === undefined) throw new Error(JSON.stringify(response).slice(0, 800));
  return overall === "Allowed" ? letter : "";
}

const verdicts = [];
for (const statement of JSON.parse(readFileSync(0, "utf8"))) {
  let found = "";
  for (const letter of Object.keys(strangers)) found += await letsIn(letter, statement);
  verdicts.push(found);
}
process.stdout.write(JSON.stringify(verdicts) + "\n");
