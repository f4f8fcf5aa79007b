import { startProblem } from '../src/start-problem.ts';

const failed = (what: object): Error => Object.assign(new Error('EXXX: as the system says it'), what);
const listen = (code: string, address: string, port: number): Error => failed({ syscall: 'listen', code, address, port });
const open = (code: string, path: string): Error => failed({ syscall: 'open', code, path });

test.each([
  [listen('EADDRINUSE', '127.0.0.1', 2525), '127.0.0.1:2525 is already in use by another program. End that one, or write another port below "listen:" in usher.yaml.'],
  [listen('EADDRINUSE', '::1', 2525), '[::1]:2525 is already in use by another program. End that one, or write another port below "listen:" in usher.yaml.'],
  [listen('EADDRINUSE', '/run/x.sock', -1), 'unix:/run/x.sock is already in use by another program. End that one, or write another path below "listen:" in usher.yaml.'],
  [listen('EADDRNOTAVAIL', '192.0.2.1', 25), '192.0.2.1:25 is not an address of this machine. Write one that it has below "listen:" in usher.yaml.'],
  [listen('EACCES', '0.0.0.0', 25), 'There is no permission to listen on 0.0.0.0:25. Ports below 1024 are for root: give Usher the right to use them (CAP_NET_BIND_SERVICE), or write another port below "listen:" in usher.yaml.'],
  [listen('EACCES', '/nodir/x.sock', -1), 'unix:/nodir/x.sock cannot be opened: its folder is missing, or there is no permission to write there.'],
  [open('EACCES', '/data/usher.sqlite'), 'There is no permission to use /data/usher.sqlite. Let it belong to the user that Usher runs as, or name another folder in usher.yaml.'],
  [open('EEXIST', '/etc/passwd'), '/etc/passwd is needed as a folder, but there is a file in its place. Name another folder in usher.yaml.'],
  [failed({ syscall: 'mkdir', code: 'ENOENT', path: '/proc/x' }), '/proc/x cannot be made there. Name another folder in usher.yaml.'],
  [open('ENOENT', '/etc/cert.pem'), '/etc/cert.pem is not there. Look at where usher.yaml names it.'],
  [failed({ syscall: 'getaddrinfo', code: 'ENOTFOUND', hostname: 'nowhere.invalid' }), 'nowhere.invalid is not a name that is known here. Write an address below "listen:" in usher.yaml.'],
  [new Error('The model x cannot be read.', { cause: open('ENOENT', '/x') }), 'The model x cannot be read.'],
  [open('ENOSPC', '/data/x'), 'There is no space left for /data/x. Make room, then start again.'],
  [open('EROFS', '/data/x'), '/data/x cannot be written: it may only be read there. Name another folder in usher.yaml.'],
  [Object.assign(new Error('EACCES: EACCES: permission denied', { cause: open('EACCES', '/data/usher.sqlite') }), { name: 'StoreError' }), 'There is no permission to use /data/usher.sqlite. Let it belong to the user that Usher runs as, or name another folder in usher.yaml.'],
  [new Error('Something else'), 'Something else.'],
  [open('EIO', '/data/x'), 'EXXX: as the system says it.'],
])('case %#', (error, sentence) => expect(startProblem(error)).toBe(sentence));
