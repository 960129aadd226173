import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { WrongSetting } from '#setup';
import type { Settings } from '../settings/settings.provider.js';

/**
 * Begins to listen.
 * @returns the address
 * @throws {WrongSetting} HOST or PORT cannot be used
 */
export async function listen(app: NestFastifyApplication, { host, port }: Settings): Promise<string> {
  try {
    await app.listen(port, host);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE')
      throw new WrongSetting(
        `PORT ${port} on ${host} is taken by another program. Stop that one, or set PORT to another number.`,
      );
    if (code === 'EACCES')
      throw new WrongSetting(`PORT ${port} may not be used by this account. Set PORT to a number above 1023.`);
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
      throw new WrongSetting(
        `HOST is "${host}", which is no address of this machine. Use 127.0.0.1, or 0.0.0.0 for all.`,
      );
    throw error;
  }
  return (await app.getUrl()).replace('[::1]', 'localhost');
}
