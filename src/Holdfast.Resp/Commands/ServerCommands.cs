using System.Text;
using Holdfast.Resp.Protocol;
using Holdfast.Resp.Server;

namespace Holdfast.Resp.Commands;

/// <summary>INFO and CONFIG.</summary>
internal static class ServerCommands
{
    /// <summary>INFO [section ...].</summary>
    public static void Info(RespSession session, in RespCommand command)
    {
        List<string> sections = [];
        for (int i = 1; i < command.Count; i++)
        {
            sections.Add(Encoding.Latin1.GetString(command[i]));
        }

        session.Writer.Text(ServerInfo.Of(session.Server, session.IsCluster, sections));
    }

    /// <summary>CONFIG GET pattern [pattern ...].</summary>
    public static void ConfigGet(RespSession session, in RespCommand command)
    {
        List<byte[]> patterns = [];
        for (int i = 2; i < command.Count; i++)
        {
            patterns.Add(Encoding.ASCII.GetBytes(Encoding.Latin1.GetString(command[i]).ToLowerInvariant()));
        }

        List<(string Name, string Value)> settings = ConfigValues.Matching(session.Server, session.IsCluster, patterns);
        session.Writer.Map(settings.Count);
        foreach ((string name, string value) in settings)
        {
            session.Writer.Bulk(name);
            session.Writer.Bulk(value);
        }
    }

    /// <summary>CONFIG RESETSTAT.</summary>
    public static void ConfigResetStat(RespSession session, in RespCommand command)
    {
        session.Server.ResetStatistics();
        session.Writer.Ok();
    }
}
