namespace Holdfast.Cli.Shell;

/// <summary>The lines entered before, oldest first, and where in them the reader is. Not thread-safe.</summary>
internal sealed class LineHistory
{
    private const int MaxLines = 1000;

    private readonly List<string> _lines;
    private readonly string? _path;
    private int _position;
    private string _draft = string.Empty;

    private LineHistory(List<string> lines, string? path)
    {
        _lines = lines;
        _path = path;
        _position = lines.Count;
    }

    /// <summary>A history that ends with the shell.</summary>
    public static LineHistory InMemory() => new([], null);

    /// <summary>The history kept in a file, which is made when the first line is added. An unreadable one is as good as none.</summary>
    public static LineHistory InFile(string path)
    {
        try
        {
            return new LineHistory(File.Exists(path) ? [.. File.ReadLines(path).TakeLast(MaxLines)] : [], path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return InMemory();
        }
    }

    /// <summary>Where the history is kept: in the state directory of the XDG rules when there is one, else in the home directory.</summary>
    public static string? DefaultPath(Func<string, string?> variable)
    {
        if (variable("XDG_STATE_HOME") is { Length: > 0 } state)
        {
            return Path.Combine(state, "holdfast", "history");
        }

        return variable("HOME") is { Length: > 0 } home ? Path.Combine(home, ".holdfast_history") : null;
    }

    /// <summary>Adds a line, unless it repeats the one before.</summary>
    public void Add(string line)
    {
        if (line.Length > 0 && (_lines.Count == 0 || _lines[^1] != line))
        {
            _lines.Add(line);
            Save(line);
        }

        _position = _lines.Count;
    }

    /// <summary>The line before; <paramref name="current"/> is kept for the way back. Null at the oldest.</summary>
    public string? Previous(string current)
    {
        if (_position == 0)
        {
            return null;
        }

        if (_position == _lines.Count)
        {
            _draft = current;
        }

        return _lines[--_position];
    }

    /// <summary>The line after, at last what was being written. Null when that is where the reader is.</summary>
    public string? Next()
    {
        if (_position == _lines.Count)
        {
            return null;
        }

        return ++_position == _lines.Count ? _draft : _lines[_position];
    }

    /// <summary>
    /// The lines may hold values, so the file is its owner's alone. A disk that takes none costs the history, not the shell.
    /// </summary>
    private void Save(string line)
    {
        if (_path is null)
        {
            return;
        }

        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            var options = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using var writer = new StreamWriter(_path, options);
            writer.WriteLine(line);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The line stays in memory.
        }
    }
}
