using Holdfast.Rest.Calls;
using Holdfast.Rest.Problems;

namespace Holdfast.Rest.Routing;

/// <summary>Answers a call and returns null, or returns why it does not.</summary>
internal delegate ValueTask<Problem?> Handler(RestCall call);

/// <summary>What one method of a resource does.</summary>
/// <param name="Method">The method's name.</param>
/// <param name="Handler">Who answers.</param>
/// <param name="IsWrite">Whether it changes keys or the cluster, so that its errors tell the outcome.</param>
internal sealed record Verb(string Method, Handler Handler, bool IsWrite = false);

/// <summary>What stands at a path, by method.</summary>
internal sealed class Resource(params Verb[] verbs)
{
    /// <summary>The methods that it has, as <c>Allow</c> lists them.</summary>
    public string Allow { get; } = string.Join(", ", verbs.Select(verb => verb.Method));

    /// <summary>What a method does; null when it is not one of this resource.</summary>
    public Verb? Find(string method)
    {
        foreach (Verb verb in verbs)
        {
            if (string.Equals(verb.Method, method, StringComparison.Ordinal))
            {
                return verb;
            }
        }

        return null;
    }
}
