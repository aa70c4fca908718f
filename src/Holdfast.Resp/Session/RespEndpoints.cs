namespace Holdfast.Resp;

/// <summary>The two ends of a connection, as CLIENT LIST shows them.</summary>
/// <param name="Remote">The client's address and port.</param>
/// <param name="Local">The address and port that it connected to.</param>
public readonly record struct RespEndpoints(string Remote, string Local);
