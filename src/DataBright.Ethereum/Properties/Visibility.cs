using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("DataBright.Ethereum.Tests")]
[assembly: InternalsVisibleTo("DataBright.Ethereum.Reference")]
