namespace Holdfast.Runtime;

/// <summary>
/// The node can't go on or can't start, for a reason in the outside world: its disk failed, its directory is another node's, its
/// data is gone. The message says what happened, why, and what to do. The host prints it and ends the process.
/// </summary>
public sealed class NodeStoppedException(string message, Exception? inner = null) : Exception(message, inner);
