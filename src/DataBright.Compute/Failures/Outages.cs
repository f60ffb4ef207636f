using DataBright.Ethereum;
using DataBright.Storage;
using DataBright.Storage.Sql;
using Microsoft.Data.Sqlite;

namespace DataBright.Compute.Failures;

/// <summary>Faults of what everything stands on, not of the one thing that met them: they pass, and nothing is given up for them.</summary>
public static class Outages
{
    public static bool IsOne(Exception fault) => fault switch
    {
        ChainCallException or DatabaseException or BlobException => fault is DataBrightException { IsTransient: true },
        IOException io => io.IsDiskFull(),
        SqliteException sqlite => SqlFaults.Of(sqlite) is SqlFault.Busy or SqlFault.Full,
        HttpRequestException { StatusCode: null or >= System.Net.HttpStatusCode.InternalServerError } => true,
        _ => false,
    };
}
