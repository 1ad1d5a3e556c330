import { BlockList, isIP } from 'node:net';

/**
 * Which addresses a webhook may go to. Partners choose the URLs and our network sends, so whatever is not plainly the public internet is
 * forbidden (IANA's special-purpose registries, and two clouds' metadata services that have public addresses).
 */
const FORBIDDEN_V4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const;

/** IPv6 is the other way round: only global unicast is allowed, less what is special in it (Teredo, ORCHID, documentation, 6to4). */
const GLOBAL_V6 = ['2000::', 3] as const;
const FORBIDDEN_V6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['2620:4f:8000::', 48],
  ['3fff::', 20],
] as const;

const forbidden = new BlockList();
for (const [net, bits] of FORBIDDEN_V4) forbidden.addSubnet(net, bits, 'ipv4');
for (const [net, bits] of FORBIDDEN_V6) forbidden.addSubnet(net, bits, 'ipv6');
const globalV6 = new BlockList();
globalV6.addSubnet(...GLOBAL_V6, 'ipv6');
const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Whether an IP address is this very machine. */
export const isLoopback = (ip: string): boolean =>
  isIP(ip) !== 0 &&
  !ip.includes('%') &&
  !isMapped(ip) &&
  loopback.check(ip, isIP(ip) === 6 ? 'ipv6' : 'ipv4');

/** Addresses of IPv4 in IPv6's clothes are never needed, and an old trick. */
const isMapped = (ip: string): boolean => /^::/.test(ip) && ip !== '::1' && isIP(ip) === 6;

/** Whether a webhook may be sent to this IP address; `toLoopback` is the operator's leave for development. False for what is no address. */
export function isAllowedAddress(ip: string, { toLoopback = false } = {}): boolean {
  const family = isIP(ip);
  if (family === 0 || ip.includes('%')) return false;
  if (isLoopback(ip)) return toLoopback;
  if (family === 4) return !forbidden.check(ip, 'ipv4');
  return globalV6.check(ip, 'ipv6') && !forbidden.check(ip, 'ipv6');
}
