using Holdfast.Cli.Shell;
using Holdfast.Cli.Tests.Support;

namespace Holdfast.Cli.Tests.Shell;

public sealed class LineEditorTests
{
    private static readonly ConsoleKeyInfo ControlLeft = new('\0', ConsoleKey.LeftArrow, false, false, true);
    private static readonly ConsoleKeyInfo ControlRight = new('\0', ConsoleKey.RightArrow, false, false, true);

    private static Task<Completion> Nothing(string text, CancellationToken token) => Task.FromResult(new Completion(text.Length, []));

    private static Completer Offering(params string[] words) => (text, _) =>
    {
        int start = text.LastIndexOf(' ') + 1;
        return Task.FromResult(new Completion(start, [.. words.Where(w => w.StartsWith(text[start..], StringComparison.Ordinal))]));
    };

    private static async Task<string?> TypeAsync(params object[] strokes) =>
        await new LineEditor(new FakeTerminal(strokes), LineHistory.InMemory(), Nothing).ReadAsync("> ", CancellationToken.None);

    [Fact]
    public async Task Characters_go_in_where_the_cursor_is() =>
        Assert.Equal("XaYbZ", await TypeAsync("ab", ConsoleKey.LeftArrow, "Y", ConsoleKey.Home, "X", ConsoleKey.End, "Z\r"));

    [Theory]
    [InlineData("bc\u0001a\u0005d\r", "abcd")] // Ctrl-A, Ctrl-E
    [InlineData("abcd\u0002\u0002\u000b\r", "ab")] // Ctrl-B, Ctrl-K
    [InlineData("abcd\u0002\u0002\u0015\r", "cd")] // Ctrl-U
    [InlineData("one two  three \u0017x\r", "one two  x")] // Ctrl-W
    [InlineData("abc\u0001\u0004\r", "bc")] // Ctrl-D
    [InlineData("abc\u0001\u0006X\r", "aXbc")] // Ctrl-F
    [InlineData("abc\u0008\r", "ab")] // Ctrl-H
    [InlineData("abc\u000c\r", "abc")] // Ctrl-L
    public async Task Control_keys_do_what_readline_does(string strokes, string line) => Assert.Equal(line, await TypeAsync(strokes));

    [Fact]
    public async Task Delete_and_backspace_remove_one_character_and_nothing_at_the_ends() =>
        Assert.Equal("c", await TypeAsync(
            "abc", ConsoleKey.Delete, ConsoleKey.LeftArrow, ConsoleKey.Backspace, ConsoleKey.Home,
            ConsoleKey.Backspace, ConsoleKey.Delete, "\r"));

    [Fact]
    public async Task Control_arrows_go_by_words() =>
        Assert.Equal("one XtwoY three", await TypeAsync("one two three", ControlLeft, ControlLeft, "X", ControlRight, "Y\r"));

    [Fact]
    public async Task A_character_beyond_the_basic_plane_is_one_character() =>
        Assert.Equal("a!b", await TypeAsync("a🎉b", ConsoleKey.LeftArrow, ConsoleKey.Backspace, "!\r"));

    [Fact]
    public async Task Control_c_drops_the_line_and_control_d_on_an_empty_one_is_the_end()
    {
        var editor = new LineEditor(new FakeTerminal("abc\u0003\u0004"), LineHistory.InMemory(), Nothing);

        Assert.Equal(string.Empty, await editor.ReadAsync("> ", CancellationToken.None));
        Assert.Null(await editor.ReadAsync("> ", CancellationToken.None));
    }

    [Fact]
    public async Task Up_and_down_walk_the_history_and_come_back_to_the_draft()
    {
        var terminal = new FakeTerminal(
            "first\r", "second\r", "second\r", ConsoleKey.UpArrow, ConsoleKey.UpArrow, ConsoleKey.UpArrow, "\r",
            "draft", ConsoleKey.UpArrow, ConsoleKey.DownArrow, ConsoleKey.DownArrow, "!\r");
        var editor = new LineEditor(terminal, LineHistory.InMemory(), Nothing);
        var lines = new List<string?>();
        for (int i = 0; i < 5; i++)
        {
            lines.Add(await editor.ReadAsync("> ", CancellationToken.None));
        }

        Assert.Equal(["first", "second", "second", "first", "draft!"], lines);
    }

    [Fact]
    public async Task Tab_completes_the_only_word_and_a_blank()
    {
        var editor = new LineEditor(new FakeTerminal("ge\tk\r"), LineHistory.InMemory(), Offering("get", "put"));

        Assert.Equal("get k", await editor.ReadAsync("> ", CancellationToken.None));
    }

    [Fact]
    public async Task Tab_completes_as_far_as_all_words_agree_and_then_shows_them()
    {
        var terminal = new FakeTerminal("get u\t\t\r");
        var editor = new LineEditor(terminal, LineHistory.InMemory(), Offering("user1", "user2"));

        Assert.Equal("get user", await editor.ReadAsync("> ", CancellationToken.None));
        Assert.Contains("user1  user2", terminal.Written, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_longer_than_the_terminal_is_shown_around_the_cursor()
    {
        var terminal = new FakeTerminal("abcdefghijklmnopqrstuvwxyz", "\r") { Width = 20 };
        var editor = new LineEditor(terminal, LineHistory.InMemory(), Nothing);

        Assert.Equal("abcdefghijklmnopqrstuvwxyz", await editor.ReadAsync("> ", CancellationToken.None));
        string last = terminal.Written.Split('\r', StringSplitOptions.RemoveEmptyEntries)[^3];
        Assert.Equal("> jklmnopqrstuvwxyz\u001b[K", last);
    }

    [Fact]
    public void The_history_file_is_its_owners_alone_and_survives_the_shell()
    {
        using var directory = new TemporaryDirectory();
        string path = directory.PathOf("sub/history");

        LineHistory.InFile(path).Add("put secret value");

        Assert.Equal("put secret value", LineHistory.InFile(path).Previous(string.Empty));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }
    }

    [Theory]
    [InlineData("/state", "/home/me", "/state/holdfast/history")]
    [InlineData(null, "/home/me", "/home/me/.holdfast_history")]
    [InlineData(null, null, null)]
    public void The_history_is_in_the_state_directory_or_at_home(string? state, string? home, string? expected) =>
        Assert.Equal(expected, LineHistory.DefaultPath(name => name == "HOME" ? home : state));
}
