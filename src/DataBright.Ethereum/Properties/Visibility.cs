using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("DataBright.Ethereum.Tests")]
