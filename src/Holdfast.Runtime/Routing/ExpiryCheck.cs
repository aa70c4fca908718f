using Holdfast.Api;

namespace Holdfast.Runtime.Routing;

/// <summary>Whether what a request says of time goes together.</summary>
internal static class ExpiryCheck
{
    private const RequestFlags DeadlineConditions =
        RequestFlags.IfExpiring | RequestFlags.IfLasting | RequestFlags.IfLater | RequestFlags.IfEarlier;

    private const RequestFlags KeyConditions = RequestFlags.IfAbsent | RequestFlags.IfPresent | RequestFlags.IfRevision;

    /// <summary>Why the request is refused; null when it is not.</summary>
    public static string? Refuse(in Request request)
    {
        RequestFlags conditions = request.Flags & DeadlineConditions;
        if (request.Operation != Operation.Expire)
        {
            return conditions != RequestFlags.None ? "an expire alone has conditions on the deadline"
                : request.Expiry.Kind != ExpiryKind.Never && request.Operation != Operation.Put ? "a put or an expire alone sets a deadline"
                : null;
        }

        return (request.Flags & KeyConditions) != RequestFlags.None ? "an expire has conditions on the deadline alone"
            : request.Expiry.Kind == ExpiryKind.Keep ? "an expire sets or drops a deadline"
            : request.Expiry.Kind == ExpiryKind.Never && conditions != RequestFlags.None ? "dropping a deadline has no conditions"
            : !GoTogether(conditions) ? "the conditions exclude each other"
            : null;
    }

    private static bool GoTogether(RequestFlags conditions) => conditions
        is RequestFlags.None
        or RequestFlags.IfLasting
        or RequestFlags.IfExpiring
        or RequestFlags.IfLater
        or RequestFlags.IfEarlier
        or (RequestFlags.IfExpiring | RequestFlags.IfLater)
        or (RequestFlags.IfExpiring | RequestFlags.IfEarlier);
}
