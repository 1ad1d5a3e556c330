/** Short messages to people: e-mail by SMTP, text messages by the HTTP gateway of whatever provider. */
import { createTransport } from 'nodemailer';
import type { Config } from '../config.ts';
import { DomainError } from '../shared/errors.ts';

export type Channel = 'email' | 'phone';

export interface Message {
  readonly channel: Channel;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

export interface Messenger {
  /** Whether the operator has set this channel up. */
  has(channel: Channel): boolean;
  /** Hands a message over. @throws DomainError MESSAGE_UNSENT when nobody took it, or there is no such channel */
  send(message: Message): Promise<void>;
}

const TIMEOUT_MS = 10_000;

/** A messenger by configuration: `smtpUrl` and `mailFrom`, `smsUrl` and `smsToken`; a channel that is not set is not there. */
export function createMessenger({
  smtpUrl,
  mailFrom,
  smsUrl,
  smsToken,
}: Pick<Config, 'smtpUrl' | 'mailFrom' | 'smsUrl' | 'smsToken'>): Messenger {
  const senders: Partial<Record<Channel, (message: Message) => Promise<void>>> = {
    ...(smtpUrl && mailFrom && { email: mailSender(smtpUrl, mailFrom) }),
    ...(smsUrl && { phone: (message: Message) => sendText(smsUrl, smsToken, message) }),
  };
  return {
    has: (channel) => senders[channel] !== undefined,
    async send(message) {
      const send = senders[message.channel];
      try {
        if (!send) throw new RangeError(`There is no channel for ${message.channel}`);
        await send(message);
      } catch (cause) {
        // Whom it was for stays out of the log.
        throw new DomainError('MESSAGE_UNSENT', {
          details: { channel: message.channel },
          cause: nameOf(cause),
        });
      }
    },
  };
}

/** A failure without the address that its text may repeat. */
const nameOf = (cause: unknown): string =>
  cause instanceof Error ? `${cause.name} ${'code' in cause ? String(cause.code) : ''}`.trim() : 'unknown';

function mailSender(url: string, from: string): (message: Message) => Promise<void> {
  const transport = createTransport(
    { url, connectionTimeout: TIMEOUT_MS, greetingTimeout: TIMEOUT_MS, socketTimeout: TIMEOUT_MS },
    { from },
  );
  return async ({ to, subject, text }) => {
    // As an object, so that nothing in an address is read as a list of them.
    await transport.sendMail({ to: { name: '', address: to }, subject, text });
  };
}

async function sendText(url: string, token: string | undefined, { to, text }: Message): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ to, text }),
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  await response.body?.cancel();
  if (!response.ok) throw new RangeError(`The gateway answers ${response.status}`);
}
