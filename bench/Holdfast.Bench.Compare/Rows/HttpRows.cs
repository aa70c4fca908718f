using Holdfast.Bench.Compare.Load;
using Holdfast.Bench.Compare.Systems;

namespace Holdfast.Bench.Compare.Rows;

/// <summary>Puts and linearizable gets beside etcd, and HTTP beside RESP.</summary>
internal static class HttpRows
{
    public const string OverHttp = "holdfast over HTTP";
    public const string OverResp = "holdfast over RESP";
    private const string OverClusterResp = "holdfast over RESP, cluster";
    private const int Clients = 64;

    public static IEnumerable<RowTitle> EtcdTitles =>
        [new(Section.Etcd, new LoadShape(Operation.Set, Clients)), new(Section.Etcd, new LoadShape(Operation.Get, Clients))];

    public static IEnumerable<RowTitle> WrkTitles => [new(Section.Http, new LoadShape(Operation.Get, Clients))];

    /// <summary>
    /// Ours three times: through the driver that etcd has too, and through redis-benchmark, against one node and, as the driver does with
    /// both, against all.
    /// </summary>
    public static Row Etcd(
        RowTitle title, (HoldfastCluster System, ClosedLoop Driver) ours, (EtcdCluster System, ClosedLoop Driver) etcd, int keys) => new(
        title,
        [
            new Contestant(OverHttp, ours.System, _ => ours.Driver),
            RespRows.OneNode(ours.System, keys, OverResp),
            RespRows.AllNodes(ours.System, keys, OverClusterResp),
        ],
        new Contestant(etcd.System.Name, etcd.System, _ => etcd.Driver));

    public static Row Wrk(RowTitle title, HoldfastCluster holdfast, string directory, int keys) => new(
        title,
        [
            new Contestant(
                OverHttp, holdfast, run => new Wrk(holdfast.Ports[run % holdfast.Ports.Count], directory, keys)),
        ],
        RespRows.OneNode(holdfast, keys, OverResp));
}
