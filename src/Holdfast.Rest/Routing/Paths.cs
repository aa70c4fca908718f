namespace Holdfast.Rest.Routing;

/// <summary>The paths that more than the routing table names.</summary>
internal static class Paths
{
    /// <summary>Keys, listings and clears.</summary>
    public const string Keys = "/v1/kv";

    /// <summary>What stands before a key in a path.</summary>
    public const string KeyPrefix = Keys + "/";
}
