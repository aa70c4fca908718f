using System.Xml.Linq;

namespace Holdfast.Conventions;

/// <summary>The walls between rooms: who may import whom (docs/architecture.md). Imports run downward only.</summary>
public sealed class RoomReferencesTests
{
    private static readonly string[] BelowRuntime = ["Primitives", "Consensus", "Keyspace", "Placement", "Wire", "Storage", "Api"];

    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Primitives"] = [],
        ["Consensus"] = ["Primitives"],
        ["Keyspace"] = ["Primitives"],
        ["Placement"] = ["Primitives"],
        ["Wire"] = ["Primitives", "Consensus", "Keyspace", "Placement"],
        ["Storage"] = ["Primitives"],
        ["Api"] = ["Primitives"],
        ["Runtime"] = BelowRuntime,
        ["Net"] = ["Primitives"],
        ["Disk"] = ["Primitives"],
        ["Resp"] = ["Api", "Primitives"],
        ["Rest"] = ["Api", "Primitives"],
        ["Client"] = ["Api", "Primitives"],
        ["Server"] = [.. BelowRuntime, "Runtime", "Net", "Disk", "Resp", "Rest", "Client"],
        ["Cli"] = ["Client", "Api", "Primitives", "Server"],
    };

    private static readonly string[] PureRooms = ["Primitives", "Consensus", "Keyspace", "Placement", "Wire", "Storage", "Api", "Runtime"];

    public static TheoryData<string> Rooms() => [.. Repository.Projects("src").Select(RoomOf).Order()];

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_room_imports_only_what_its_row_of_the_table_allows(string room)
    {
        Assert.True(Allowed.TryGetValue(room, out string[]? allowed), $"{room} is not in the table: add it here and to docs/architecture.md");
        Assert.Empty(References(room).Except(allowed));
    }

    [Fact]
    public void Every_room_of_the_table_exists() =>
        Assert.Equal(Allowed.Keys.Order(), Repository.Projects("src").Select(RoomOf).Order());

    [Fact]
    public void The_rooms_without_clock_threads_and_files_are_the_ones_that_the_banned_symbols_watch() =>
        Assert.Equal(PureRooms.Order(), Repository.Projects("src").Where(IsPure).Select(RoomOf).Order());

    [Fact]
    public void A_reference_is_never_inherited()
    {
        XDocument properties = XDocument.Load(Repository.Path("Directory.Build.props"));
        Assert.Equal("true", properties.Descendants("DisableTransitiveProjectReferences").Single().Value);
    }

    [Fact]
    public void The_simulator_replaces_network_and_disk_and_so_does_not_import_them()
    {
        string[] references = ReferencesOf(Repository.Path("tests/Holdfast.Simulation/Holdfast.Simulation.csproj"));
        Assert.DoesNotContain("Net", references);
        Assert.DoesNotContain("Disk", references);
        Assert.DoesNotContain("Server", references);
    }

    private static bool IsPure(string project) =>
        XDocument.Load(project).Descendants("PureRoom").SingleOrDefault()?.Value == "true";

    private static string[] References(string room) => ReferencesOf(Repository.Path($"src/Holdfast.{room}/Holdfast.{room}.csproj"));

    private static string[] ReferencesOf(string project) =>
    [
        .. XDocument.Load(project).Descendants("ProjectReference").Select(reference => RoomOf(reference.Attribute("Include")!.Value)),
    ];

    private static string RoomOf(string project) => System.IO.Path.GetFileNameWithoutExtension(project)["Holdfast.".Length..];
}
