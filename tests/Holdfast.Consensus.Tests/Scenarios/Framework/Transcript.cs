using System.Text;

namespace Holdfast.Consensus.Tests.Scenarios;

/// <summary>What a block of commands shows.</summary>
internal sealed class Transcript
{
    private readonly StringBuilder _text = new();

    /// <summary>Whether nothing is shown at present.</summary>
    public bool IsQuiet { get; set; }

    /// <summary>Whether what is shown is the effect of the message shown before.</summary>
    public bool IsIndented { get; set; }

    public void Show(string line)
    {
        if (!IsQuiet)
        {
            _text.Append(IsIndented ? "  " : "").Append(line.TrimEnd()).Append('\n');
        }
    }

    /// <summary>All that was shown since the last call.</summary>
    public string Take()
    {
        string text = _text.Length == 0 ? "ok" : _text.ToString().TrimEnd('\n');
        _text.Clear();
        return text;
    }
}
