import { Sha256 } from '@aws-crypto/sha256-js';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { SignatureV4 } from '@smithy/signature-v4';

export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** Credentials of a role that the account itself may take on. */
export async function assumeRole(roleArn: string): Promise<RoleCredentials> {
  const region = process.env.AWS_REGION ?? 'us-east-1';
  const query = { Action: 'AssumeRole', Version: '2011-06-15', RoleArn: roleArn, RoleSessionName: 'test' };
  const url = new URL(process.env.AWS_ENDPOINT_URL ?? `https://sts.${region}.amazonaws.com`);
  url.search = new URLSearchParams(query).toString();
  const { headers } = await new SignatureV4({ credentials: defaultProvider(), region, service: 'sts', sha256: Sha256 }).sign({
    method: 'GET', protocol: url.protocol, hostname: url.hostname, path: '/', query, headers: { host: url.host },
  });
  const answer = await (await fetch(url, { headers })).text();
  const member = (name: string) => {
    const found = new RegExp(`<${name}>([^<]+)</${name}>`).exec(answer);
    if (!found) throw new Error(`STS has no ${name}: ${answer}`);
    return found[1];
  };
  return { accessKeyId: member('AccessKeyId'), secretAccessKey: member('SecretAccessKey'), sessionToken: member('SessionToken') };
}
