using DataBright.Compute.Protocol;

namespace DataBright.Compute.Hostile;

public sealed class FaultsTests
{
    [Fact]
    public void The_list_has_the_exceptions_of_every_library_that_a_role_calls()
    {
        Assert.InRange(Faults.All.Count, 100, 1000);
        foreach (var name in new[] { "NullReferenceException", "SqliteException", "HttpRequestException", "SocketException",
            "JsonException", "ChainException", "RpcException", "RevertException",
                     "BlobMissingException", "StoreFullException", "SqlFileException", nameof(ProtocolException),
                     "LedgerUnavailableException", "MalformedInputException", "OverflowException" })
            Assert.True(Faults.All.Any(fault => fault.Name == name), name);
        Assert.Equal(22, Faults.Families.Count);
    }

    [Fact]
    public void Each_throws_an_exception_of_its_own()
    {
        foreach (var fault in Faults.All) Assert.NotSame(fault.Make(), fault.Make());
    }
}
