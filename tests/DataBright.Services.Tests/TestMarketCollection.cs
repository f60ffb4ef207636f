namespace DataBright.Services.Tests;

/// <summary>Tests over the one chain take turns, because some of them move its clock.</summary>
[CollectionDefinition(nameof(TestMarket))]
public sealed class TestMarketCollection : ICollectionFixture<TestMarket>;
