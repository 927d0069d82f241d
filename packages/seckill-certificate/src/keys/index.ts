export { type InstallationKeys, newInstallationKeys } from './installation-keys.js'
export { installationKeysOf, KeyFileError, makeKeyFile, readKeyFile, readOrMakeKeyFile } from './key-file.js'
export { type KeySet, keyIdOf, publishedKeys } from './published-keys.js'
