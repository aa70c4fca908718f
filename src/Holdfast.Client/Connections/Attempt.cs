using Holdfast.Client.Calls;

namespace Holdfast.Client.Connections;

/// <summary>How one attempt at a call ended: with an answer, or without one.</summary>
/// <param name="Answer">What a node answered; null when none did.</param>
/// <param name="Sent">Without an answer: whether the request may have reached a node.</param>
/// <param name="Detail">Without an answer: what happened, for a person.</param>
internal readonly record struct Attempt(Answer? Answer, bool Sent, string Detail)
{
    public static Attempt Answered(Answer answer) => new(answer, Sent: true, string.Empty);

    public static Attempt NeverSent(string detail) => new(null, Sent: false, detail);

    public static Attempt Unanswered(string detail) => new(null, Sent: true, detail);
}
