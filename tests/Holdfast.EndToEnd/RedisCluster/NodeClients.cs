using System.Diagnostics;
using System.Globalization;
using Holdfast.EndToEnd.Harness;

namespace Holdfast.EndToEnd.RedisCluster;

/// <summary>A test that needs the Redis clients of Node.js; skipped, with the reason, where they can't be installed.</summary>
internal sealed class FactNeedingNodeClientsAttribute : FactAttribute
{
    public FactNeedingNodeClientsAttribute() => Skip = NodeClients.Problem.Value;
}

/// <summary>
/// Unmodified Redis clients in their cluster mode, installed beside the tests. A script writes all keys, waits for a line, and
/// writes them again, each until it is done.
/// </summary>
internal static class NodeClients
{
    private const string Versions = "ioredis@5.4.1 redis@5.12.1";

    private const string Script = """
        const [client, keys, ...ports] = process.argv.slice(2);
        const nodes = ports.map(port => ({ host: '127.0.0.1', port: Number(port) }));

        async function connect() {
          if (client === 'ioredis') {
            const cluster = new (require('ioredis').Cluster)(nodes);
            cluster.on('error', () => {});
            return cluster;
          }
          const cluster = require('redis').createCluster({ rootNodes: nodes.map(node => ({ socket: node })) });
          cluster.on('error', () => {});
          await cluster.connect();
          return cluster;
        }

        async function write(cluster, value) {
          for (let i = 0; i < Number(keys); i++) {
            for (let done = false; !done;) {
              try {
                await cluster.set(`key-${i}`, value);
                done = await cluster.get(`key-${i}`) === value;
              } catch (error) {
                console.error(`${i}: ${error.message}`);
                await new Promise(resolve => setTimeout(resolve, 20));
              }
            }
          }
        }

        (async () => {
          const cluster = await connect();
          await write(cluster, 'before');
          console.log('written');
          await new Promise(resolve => process.stdin.once('data', resolve));
          await write(cluster, 'after');
          console.log('written again');
          process.exit(0);
        })().catch(error => { console.error(error); process.exit(1); });
        """;

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "node-clients");

    /// <summary>Why the clients are not there; null when they are.</summary>
    public static readonly Lazy<string?> Problem = new(Install);

    /// <summary>Starts the script with a client and the cluster ports that it is told.</summary>
    public static Process Start(string client, int keys, IEnumerable<int> ports) => Tool.Start(
        "node",
        [
            "cluster.js", client, keys.ToString(CultureInfo.InvariantCulture),
            .. ports.Select(port => port.ToString(CultureInfo.InvariantCulture)),
        ],
        Folder);

    private static string? Install()
    {
        if (!Tool.Has("node") || !Tool.Has("npm"))
        {
            return "not possible here: node and npm";
        }

        Directory.CreateDirectory(Folder);
        File.WriteAllText(Path.Combine(Folder, "cluster.js"), Script);
        string installed = Path.Combine(Folder, "installed");
        if (File.Exists(installed) && File.ReadAllText(installed) == Versions)
        {
            return null;
        }

        // Where no registry is reached, npm tries again for minutes before it gives up.
        Ended ended = Tool.RunAsync(
            "timeout",
            [
                "45", "npm", "install", "--prefix", ".", "--no-audit", "--no-fund", "--silent", "--fetch-retries=0", "--fetch-timeout=20000",
                .. Versions.Split(' '),
            ],
            folder: Folder).GetAwaiter().GetResult();
        if (ended.Status != 0)
        {
            return $"not possible here: npm install {Versions}";
        }

        File.WriteAllText(installed, Versions);
        return null;
    }
}
