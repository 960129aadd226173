/**
 * What EventStoreDB 23.10 reads and does, as far as the compose files rely on it. Source: the repository
 * EventStore/EventStore at the tag oss-v23.10.6, files src/EventStore.Core/ClusterVNodeOptions.cs and Dockerfile.
 */
export const VERSION = '23.10';

/** Where the server keeps its data, and the port of its API, where no option says otherwise. */
export const DATA_FOLDER = '/var/lib/eventstore';
export const PORT = 2113;
/** The user of the image. It has to read the certificates. */
export const USER = '1000:1000';

/**
 * Options that an operator of the ledger may need, without those that 23.10 calls deprecated. The variable of an option
 * is EVENTSTORE_ and its name. The server refuses to start with an option that it does not know.
 */
const OPTIONS = [
  'ADVERTISE_HOST_TO_CLIENT_AS',
  'ADVERTISE_NODE_PORT_TO_CLIENT_AS',
  'ALLOW_ANONYMOUS_ENDPOINT_ACCESS',
  'ALLOW_ANONYMOUS_STREAM_ACCESS',
  'CACHED_CHUNKS',
  'CERTIFICATE_FILE',
  'CERTIFICATE_PASSWORD',
  'CERTIFICATE_PRIVATE_KEY_FILE',
  'CERTIFICATE_PRIVATE_KEY_PASSWORD',
  'CERTIFICATE_RESERVED_NODE_COMMON_NAME',
  'CHUNKS_CACHE_SIZE',
  'CLUSTER_DNS',
  'CLUSTER_GOSSIP_PORT',
  'CLUSTER_SIZE',
  'DB',
  'DEFAULT_ADMIN_PASSWORD',
  'DEFAULT_OPS_PASSWORD',
  'DISABLE_ADMIN_UI',
  'DISABLE_LOG_FILE',
  'DISCOVER_VIA_DNS',
  'GOSSIP_INTERVAL_MS',
  'GOSSIP_SEED',
  'GOSSIP_TIMEOUT_MS',
  'INDEX',
  'INSECURE',
  'KEEP_ALIVE_INTERVAL',
  'KEEP_ALIVE_TIMEOUT',
  'LOG',
  'LOG_LEVEL',
  'MAX_APPEND_SIZE',
  'MEM_DB',
  'NODE_HOST_ADVERTISE_AS',
  'NODE_IP',
  'NODE_PORT',
  'NODE_PORT_ADVERTISE_AS',
  'NODE_PRIORITY',
  'READ_ONLY_REPLICA',
  'REPLICATION_HOST_ADVERTISE_AS',
  'REPLICATION_IP',
  'REPLICATION_PORT',
  'RUN_PROJECTIONS',
  'STATS_PERIOD_SEC',
  'STREAM_EXISTENCE_FILTER_SIZE',
  'TELEMETRY_OPTOUT',
  'TRUSTED_ROOT_CERTIFICATES_PATH',
  'WORKER_THREADS',
  'WRITE_THROUGH',
];
export const VARIABLES: readonly string[] = OPTIONS.map((name) => `EVENTSTORE_${name}`);
