using DataBright.Storage;
using DataBright.Storage.Sql;

namespace DataBright.Market.Index;

/// <summary>Which files the index names anywhere: by their address, or by the hash inside it.</summary>
internal static class NamedContent
{
    /// <summary>Files asked about in one statement.</summary>
    private const int Together = 200;

    /// <summary>Looks through every column that can hold a name, so that none is forgotten when the tables change.</summary>
    public static IReadOnlySet<Cid> Find(SqlSession index, IReadOnlyCollection<Cid> files)
    {
        var named = new HashSet<Cid>();
        foreach (var some in files.Chunk(Together))
            foreach (var (table, column, type) in ColumnsIn(index))
            {
                var spellings = some.SelectMany(cid => SpellingsOf(cid, type).Select(spelling => (spelling, cid)))
                    .ToLookup(one => one.spelling, one => one.cid);
                if (spellings.Count == 0) continue;
                foreach (var found in index.List(
                    $"SELECT DISTINCT quote({column}) FROM {table} WHERE {column} IN "
                    + $"({string.Join(',', spellings.Select(one => one.Key))})", row => row.Text()))
                    named.UnionWith(spellings[found]);
            }
        return named;
    }

    private static List<(string Table, string Column, string Type)> ColumnsIn(SqlSession index) => [.. index.List(
        "SELECT t.name, c.name, c.type FROM sqlite_master t JOIN pragma_table_info(t.name) c WHERE t.type = 'table' AND t.name NOT IN "
        + "('position', 'undo') AND c.type IN ('TEXT', 'BLOB')",
        row => (row.Text(), row.Text(), row.Text()))];

    /// <summary>
    /// As SQLite writes them: the address in both versions that a stranger may have chosen, and the hash as the index and as Ethereum spell
    /// it.
    /// </summary>
    private static IEnumerable<string> SpellingsOf(Cid cid, string type)
    {
        if (type == "BLOB")
        {
            yield return $"X'{Convert.ToHexString(cid.ToVersion1().ToBytes())}'";
            if (cid.Codec == CidCodec.DagPb) yield return $"X'{Convert.ToHexString(cid.ToVersion1().ToBytes().AsSpan(2))}'";
        }
        else
        {
            yield return $"'{cid.Hash}'";
            if (cid.Hash.ToHash32().ToString() is var other && other != cid.Hash.ToString()) yield return $"'{other}'";
        }
    }
}
