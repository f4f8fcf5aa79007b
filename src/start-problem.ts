/** Why the service could not start, from the system's errors: one sentence, and what to do. PURE. */

/** @param error of `listen`, or of reading and writing files */
export function startProblem(error: unknown): string {
  const { name, cause } = error as Error;
  // The storage's own error adds nothing to the system's.
  if (name === 'StoreError' && (cause as NodeJS.ErrnoException | undefined)?.syscall !== undefined) return startProblem(cause);
  const { code, syscall, address, port, path, hostname, message } = error as NodeJS.ErrnoException & { readonly address?: string; readonly port?: number; readonly hostname?: string };
  if (syscall === 'listen' || syscall === 'bind') return listening(code, address ?? '', port ?? -1) ?? finished(message);
  if (syscall === 'getaddrinfo') return `${hostname ?? ''} is not a name that is known here. Write an address below "listen:" in usher.yaml.`;
  return (path === undefined ? null : filing(code, path, syscall)) ?? finished(message);
}

/** @param port -1: a unix socket */
function listening(code: string | undefined, address: string, port: number): string | null {
  const isSocket = port < 0;
  const where = isSocket ? `unix:${address}` : address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
  if (code === 'EADDRINUSE') return `${where} is already in use by another program. End that one, or write another ${isSocket ? 'path' : 'port'} below "listen:" in usher.yaml.`;
  if (code === 'EADDRNOTAVAIL') return `${where} is not an address of this machine. Write one that it has below "listen:" in usher.yaml.`;
  if (code !== 'EACCES' && code !== 'EPERM' && code !== 'ENOENT') return null;
  // The system says "no permission" of a socket whose folder is missing, too.
  if (isSocket) return `${where} cannot be opened: its folder is missing, or there is no permission to write there.`;
  return `There is no permission to listen on ${where}. ${port < 1024 ? 'Ports below 1024 are for root: give Usher the right to use them (CAP_NET_BIND_SERVICE), or' : 'You may'} write another port below "listen:" in usher.yaml.`;
}

function filing(code: string | undefined, path: string, syscall: string | undefined): string | null {
  if (code === 'EACCES' || code === 'EPERM') return `There is no permission to use ${path}. Let it belong to the user that Usher runs as, or name another folder in usher.yaml.`;
  if (code === 'EEXIST' || code === 'ENOTDIR') return `${path} is needed as a folder, but there is a file in its place. Name another folder in usher.yaml.`;
  if (code === 'ENOENT') return syscall === 'mkdir' ? `${path} cannot be made there. Name another folder in usher.yaml.` : `${path} is not there. Look at where usher.yaml names it.`;
  if (code === 'ENOSPC' || code === 'EDQUOT') return `There is no space left for ${path}. Make room, then start again.`;
  return code === 'EROFS' ? `${path} cannot be written: it may only be read there. Name another folder in usher.yaml.` : null;
}

const finished = (message: string): string => `${message}${message.endsWith('.') ? '' : '.'}`;
